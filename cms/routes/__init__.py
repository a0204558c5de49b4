"""Every address of the project: who may reach it, and what is checked of each part of it before a view runs."""
