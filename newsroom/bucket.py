"""Storage of uploads in an S3-compatible bucket. Apart from ``storage``: Amazon's library takes memory."""

from collections.abc import Mapping
from contextlib import suppress

from storages.backends.s3 import S3Storage


class BucketStorage(S3Storage):
    """Stores files in a bucket."""

    def copy_all(self, names: Mapping[str, str]) -> None:
        """Store each file that exists under a second name, its value. The bucket copies them, with their headers."""
        for old, new in names.items():
            with suppress(self.connection.meta.client.exceptions.NoSuchKey):  # a lost rendition
                self.bucket.Object(new).copy_from(CopySource={"Bucket": self.bucket_name, "Key": old})
