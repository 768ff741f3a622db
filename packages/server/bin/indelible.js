#!/usr/bin/env node
// Starts the built program.
import { main } from '../dist/main.js';

await main(process.argv.slice(2));
