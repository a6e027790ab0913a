"""Small pictures of coloured shapes with true captions, in the files of the COCO captioning data."""
