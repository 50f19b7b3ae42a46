import { AccessMapError } from '../lib/access-map/index.ts';
import { accessApp } from './access-app.ts';
import { ContextError } from './context-values.ts';

try {
  accessApp().synth();
} catch (error) {
  // Mistakes of the user are printed without a stack trace, which would point at our code and not
  // at their file.
  if (!(error instanceof AccessMapError || error instanceof ContextError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
