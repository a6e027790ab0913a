"""Fetch the COCO features and captions that the data set of the course stands in for."""

URL = "https://cs231n.stanford.edu/coco_captioning.zip"  # where the course that this assignment follows has it
URL_VARIABLE = "COCO_CAPTIONING_URL"
FOLDER = "coco_full"  # beside the data set that is shipped
