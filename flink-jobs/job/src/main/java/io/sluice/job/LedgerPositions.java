package io.sluice.job;

