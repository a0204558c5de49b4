"""What handles the bytes of strangers: run as a process of its own, with little memory, little time and no network.

Nothing here imports Django: the process knows neither settings nor database.
"""
