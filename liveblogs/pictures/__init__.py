"""Picture processing: cleaning uploads, reading metadata, renditions, HTML markup and stored files."""
