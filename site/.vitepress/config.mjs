import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import GithubSlugger from 'github-slugger';
import { withMermaid } from 'vitepress-plugin-mermaid';
import { sidebar } from './pages.mjs';

const { description, repository } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);
const source = repository.url.replace(/^git\+|\.git$/g, '');

/** Links that leave docs/, such as ../../CHANGELOG.md, lead to the repository. */
function linkToRepository(markdown) {
  markdown.core.ruler.push('links-to-repository', ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null;
      if (!href?.startsWith('.')) continue;
      const path = posix.join('docs', posix.dirname(env.relativePath), href);
      if (!path.startsWith('docs/')) token.attrSet('href', `${source}/blob/main/${path}`);
    }
  });
}

/**
 * What stands behind the language is for tests (`step=1`); VitePress would take numbers for lines.
 */
function languageAlone(markdown) {
  markdown.core.ruler.push('language-alone', ({ tokens }) => {
    for (const token of tokens) if (token.type === 'fence') token.info = token.info.split(' ')[0];
  });
}

const config = {
  title: 'okta-group-authorizer',
  description,
  srcDir: 'src',
  outDir: 'dist',
  cleanUrls: true,
  markdown: {
    html: false,
    config: (markdown) => {
      linkToRepository(markdown);
      languageAlone(markdown);
    },
    // As GitHub makes them, so that a link holds on both.
    anchor: { slugify: (text) => new GithubSlugger().slug(text) },
  },
  themeConfig: {
    sidebar,
    search: { provider: 'local' },
    outline: [2, 3],
    socialLinks: [{ icon: 'github', link: source }],
  },
  vite: { build: { chunkSizeWarningLimit: 4000 } },
};

export default withMermaid(config);
