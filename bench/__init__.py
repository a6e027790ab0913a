"""How fast the grader is: stock nbgrader, ours, and the floor, on one machine in one run (`make bench`)."""
