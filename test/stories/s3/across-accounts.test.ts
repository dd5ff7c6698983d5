import { EXTERNAL } from "../../harness/settings.ts";
import { pythonStory } from "../../harness/python-story.ts";

// The other account is made by Hosu's own call.
if (!EXTERNAL) pythonStory("s3/across_accounts.py");
