import { pythonStory } from "../../harness/python-story.ts";

pythonStory("lake/s3fs_frames.py", "s3fs");
