import { pythonStory } from "../../harness/python-story.ts";

pythonStory("cloudtrail/trails.py");
