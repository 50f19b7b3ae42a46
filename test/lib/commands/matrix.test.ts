import { describe, expect, test } from '@jest/globals';
import type { Cell } from '../../../lambda/core/decision/cell.ts';
import { runMatrix } from '../../../lib/commands/matrix.ts';
import { capture, EXAMPLE, exampleWith, project } from './project.ts';
import { ran as ranProgram } from './run-program.ts';

describe('matrix', () => {
  const ran = (format: 'table' | 'csv' | 'json' | 'html', text = EXAMPLE) => {
    const io = capture(project({ 'access.yaml': text }));
    expect(runMatrix({ format }, io)).toBe(0);
    return io.stdout();
  };

  test('tells every cell as a table', () => {
    expect(ran('table').split('\n')).toEqual([
      'orders, version 053cb8cea21b6df5',
      '                       orders-readers  orders-admins  partners   contractors  0oa1batch (machine)',
      '  GET /orders          yes             yes            yes        .            yes',
      '  POST /orders         .               yes            yes        .            yes',
      '  GET /orders/{id}     yes             yes            yes        .            yes',
      '  DELETE /orders/{id}  .               yes            .          DENIED       .',
      '  GET /reports/{year}  .               yes            .          DENIED       .',
      '  GET /health          public          public         public     public       public',
      '  GET /me              signed in       signed in      signed in  signed in    signed in',
      '  GET /permissions     signed in       signed in      signed in  signed in    signed in',
      '',
    ]);
  });

  test('is CSV that spreadsheets read as text', () => {
    const [head, first] = ran(
      'csv',
      exampleWith(['  contractors:', '  \'=cmd|"x"\':\n  contractors:']),
    ).split('\r\n');
    expect(head).toBe(
      `"route","mode","orders-readers","orders-admins","partners","'=cmd|""x""","contractors","machine 0oa1batch"`,
    );
    expect(first).toBe(
      '"GET /orders","enforce","allowed","allowed","allowed","closed","closed","allowed"',
    );
  });

  test('is JSON that agrees with the table', () => {
    const { subjects, routes } = JSON.parse(ran('json')) as {
      subjects: unknown[];
      routes: { key: string; cells: Cell[] }[];
    };
    expect(subjects).toHaveLength(5);
    expect(routes.find(({ key }) => key === 'DELETE /orders/{id}')?.cells).toEqual([
      { rule: 'closed', mode: 'enforce', gateway: 'deny' },
      { rule: 'allowed', mode: 'enforce', gateway: 'allow' },
      { rule: 'closed', mode: 'enforce', gateway: 'deny' },
      { rule: 'denied', mode: 'enforce', gateway: 'deny' },
      { rule: 'closed', mode: 'enforce', gateway: 'deny' },
    ]);
  });

  test('is one page without network, whose data no name can break out of', () => {
    const page = ran(
      'html',
      exampleWith(['  contractors:', "  '</script><img src=x onerror=alert(1)>':\n  contractors:"]),
    );
    expect(page).not.toContain('</script><img');
    expect(page).toContain("default-src 'none'");
    expect(page.match(/https?:\/\//)).toBeNull();
    expect(page).toContain('<div>&#60;/script&#62;&#60;img src=x onerror=alert(1)&#62;</div></th>');
  });

  test('has each cell of the page in words, in a table that says how large it is', () => {
    const page = ran('html');
    expect(page).toContain(
      '<main>\n<table aria-label="Who may call which route" aria-rowcount="9" aria-colcount="6">',
    );
    expect(page).toContain(
      '<tr aria-rowindex="5"><th scope="row"><b>DELETE</b> /orders/{id}</th>' +
        '<td class=c>not allowed<td class=a>allowed<td class=c>not allowed' +
        '<td class=d>denied, whatever other groups allow<td class=c>not allowed</tr>',
    );
    expect(page).toMatch(/<b>GET<\/b> \/me<\/th><td class=s>/);
  });

  test('names in the page what shadow mode and conflicts do', () => {
    const page = ran('html', `mode: shadow\n${EXAMPLE}`);
    expect(page).toMatch(/<td class="a shadow">allowed \(shadow: /);
    expect(page).toMatch(/<i title="shadow: [^"]+">shadow<span>/);
    expect(ran('html')).not.toMatch(/ shadow">|<i title="shadow/);
  });
});

describe('a part of the matrix', () => {
  test('shows the groups and routes that are named', async () => {
    const { stdout } = await ranProgram([
      ...['matrix', '--json', '--group', 'contractors', '--group', 'partners'],
      ...['--route', 'GET /orders/42'],
    ]);
    const { subjects, routes } = JSON.parse(stdout) as {
      readonly subjects: readonly { readonly name: string }[];
      readonly routes: readonly { readonly key: string; readonly cells: readonly unknown[] }[];
    };
    expect(subjects.map(({ name }) => name).toSorted()).toEqual(['contractors', 'partners']);
    expect(routes.map(({ key, cells }) => [key, cells.length])).toEqual([['GET /orders/{id}', 2]]);
  });

  test.each([
    ['--group', 'partner', 'partners'],
    ['--route', 'GET /ordes', 'GET /orders'],
  ])('%s %s is no name of the map', async (option, name, nearest) => {
    const { code, stderr } = await ranProgram(['matrix', option, name]);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(new RegExp(`\`${name}\`.*\`${nearest}\``)),
    });
  });
});
