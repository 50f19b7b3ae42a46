#!/usr/bin/env node
import 'source-map-support/register';
import * as cdk from 'aws-cdk-lib';
import { App2023Stack } from '../lib/app-2023-stack';

const app = new cdk.App();
new App2023Stack(app, 'App2023Stack');
