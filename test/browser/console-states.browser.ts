/** The console's states in Chromium: each in plain words, and none against another. */

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../local/stack.ts';
import { freePort } from '../support/free-port.ts';
import { type ConsolePage, launchBrowser, openConsole } from './console-page.ts';
