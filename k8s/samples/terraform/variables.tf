variable "region" {
  description = "Of the bucket; AWS_REGION in the overlay"
  type        = string
  default     = "eu-central-1"
}

variable "kafka" {
  description = "Addresses of the brokers; SLUICE_KAFKA in the overlay"
  type        = list(string)
  default     = ["kafka.prod.example.com:9092"]
}

variable "partitions" {
  description = "As many as the job may have readers: at least job.autoscaler.vertex.max-parallelism"
  type        = number
  default     = 16
}

provider "aws" {
  region = var.region
}

provider "kafka" {
  bootstrap_servers = var.kafka
}
