import { pythonStory } from "../../harness/python-story.ts";

pythonStory("lake/duckdb_reader.py");
