import { pythonStory } from "../../harness/python-story.ts";

pythonStory("iam/first_day.py");
