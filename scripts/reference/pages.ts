/** The generated pages of the reference, by the names of their files. */
import { codesPage } from './codes-page.ts';
import { commandsPage } from './commands-page.ts';
import { configurationPage } from './configuration-page.ts';
import { propsPage } from './props-page.ts';

export const referencePages = async (): Promise<Readonly<Record<string, string>>> => ({
  'codes.md': codesPage(),
  'commands.md': await commandsPage(),
  'configuration.md': configurationPage(),
  'props.md': propsPage(),
});
