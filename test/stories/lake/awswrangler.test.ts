import { pythonStory } from "../../harness/python-story.ts";

pythonStory("lake/wrangler.py");
