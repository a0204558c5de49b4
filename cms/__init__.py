"""The platform of ICONet: configuration and everything that is not content."""
