import { pythonStory } from "../../harness/python-story.ts";

pythonStory("cloudtrail/events.py");
