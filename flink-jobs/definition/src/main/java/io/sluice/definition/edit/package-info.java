/**
 * Which edits of a pipeline can go on from the state of its former definition.
 *
 * <p>{@link io.sluice.definition.edit.KeptDefinition} is what the state of a job was made for; the
 * job keeps it in every checkpoint. {@link io.sluice.definition.edit.Edits} compares it with an
 * edited pipeline.
 */
package io.sluice.definition.edit;
