import { pythonStory } from "../../harness/python-story.ts";

pythonStory("s3/forms.py");
