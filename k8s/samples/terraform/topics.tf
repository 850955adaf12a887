resource "kafka_topic" "trades" {
  name               = "market-risk.trades.v1"
  partitions         = var.partitions
  replication_factor = 3
  config = {
    "cleanup.policy"      = "delete"
    "min.insync.replicas" = "2"
    # As far back as a backfill from the topic may begin: 14 days.
    "retention.ms" = "1209600000"
  }
}

# Rejected records. The job writes them in transactions: consumers read with isolation.level=read_committed.
resource "kafka_topic" "dead_letters" {
  name               = "market-risk.trades.v1.dlq"
  partitions         = 4
  replication_factor = 3
  config = {
    "cleanup.policy"      = "delete"
    "min.insync.replicas" = "2"
    "retention.ms"        = "2592000000"
  }
}
