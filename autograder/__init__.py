"""The grader of the recurrent image captioning assignment."""
