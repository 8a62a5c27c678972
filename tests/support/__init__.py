"""What tests share: factories, pages driven as a person would, servers, recorded inputs."""
