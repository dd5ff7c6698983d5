#!/usr/bin/env node
import "../dist/hosu.mjs";
