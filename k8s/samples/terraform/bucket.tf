# Tables (lake/), and state of each pipeline (NAME/checkpoints, NAME/savepoints, NAME/ha).
resource "aws_s3_bucket" "sluice" {
  bucket = "sluice-prod"
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_public_access_block" "sluice" {
  bucket                  = aws_s3_bucket.sluice.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "sluice" {
  bucket = aws_s3_bucket.sluice.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
    bucket_key_enabled = true
  }
}

# What is deleted by mistake can be brought back until the rules below remove it.
resource "aws_s3_bucket_versioning" "sluice" {
  bucket = aws_s3_bucket.sluice.id
  versioning_configuration {
    status = "Enabled"
  }
}

# No rule removes an object that is current: vacuum knows which files of a table nobody needs, Flink which checkpoints, and a job needs the
# savepoint that it began from, however old it is.
resource "aws_s3_bucket_lifecycle_configuration" "sluice" {
  depends_on = [aws_s3_bucket_versioning.sluice]
  bucket     = aws_s3_bucket.sluice.id

  # A process that is killed leaves parts.
  rule {
    id     = "unfinished-uploads"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  rule {
    id     = "tables-once-deleted"
    status = "Enabled"
    filter {
      prefix = "lake/"
    }
    noncurrent_version_expiration {
      noncurrent_days = 14
    }
    expiration {
      expired_object_delete_marker = true
    }
  }

  # Checkpoints come and go by the minute.
  rule {
    id     = "state-once-deleted"
    status = "Enabled"
    filter {
      prefix = "market-risk/"
    }
    noncurrent_version_expiration {
      noncurrent_days = 3
    }
    expiration {
      expired_object_delete_marker = true
    }
  }
}
