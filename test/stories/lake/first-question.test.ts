import { pythonStory } from "../../harness/python-story.ts";

pythonStory("lake/first_question.py");
