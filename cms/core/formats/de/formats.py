"""How days and hours are written in German; see Django's `date` filter for the letters."""

DATE_FORMAT = "j. F Y"
DATETIME_FORMAT = "j. F Y, H:i"
SHORT_DATE_FORMAT = "j. M Y"
SHORT_DATETIME_FORMAT = "j. M Y, H:i"
# names of our own
EXACT_DATETIME_FORMAT = "j. F Y, H:i:s"
DAY_AND_TIME_FORMAT = "j. M H:i"
