import { pythonStory } from "../../harness/python-story.ts";

pythonStory("lake/pyathena_cursors.py");
