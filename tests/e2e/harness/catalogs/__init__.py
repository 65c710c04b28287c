"""What tests of catalogs share: a real etcd, a server that answers as Consul does, and endpoints that note who came."""

from harness.catalogs.case import LATEST, CatalogTest, Watched
from harness.catalogs.certificates import Certificates
from harness.catalogs.consul import Consul
from harness.catalogs.etcd import PREFIX, Etcd, EtcdTest, why_not

__all__ = ["LATEST", "PREFIX", "CatalogTest", "Certificates", "Consul", "Etcd", "EtcdTest", "Watched", "why_not"]
