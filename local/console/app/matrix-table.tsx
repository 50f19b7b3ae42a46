import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { type ReactElement, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import type { Cell, CellLabel, ConsoleSetup } from '../wire.ts';
import { cellKey } from './cell-key.ts';
import { escapeControls } from './escape-controls.ts';
import type { MatrixColumn } from './matrix-columns.ts';

const ROW_HEIGHT = 34;
const COLUMN_WIDTH = 46;

interface Props {
  readonly setup: ConsoleSetup;
  /** Places of the shown routes. */
  readonly rows: readonly number[];
  readonly columns: readonly MatrixColumn[];
}

/** Items that are near what is seen, and the room of those before and after them. */
interface Shown {
  readonly items: readonly VirtualItem[];
  readonly before: number;
  readonly after: number;
}

function shownOf(items: readonly VirtualItem[], total: number): Shown {
  const [first] = items;
  return { items, before: first?.start ?? 0, after: total - (items.at(-1)?.end ?? 0) };
}

/** The first column stays, at most half of what is seen. */
function useFirstColumn(scroll: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(300);
  useLayoutEffect(() => {
    const element = scroll.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() =>
      setWidth(Math.min(320, Math.round(element.clientWidth * 0.45))),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroll]);
  return width;
}

/** A table of which only the rows and columns near what is seen are in the page. */
export function MatrixTable({ setup, rows, columns }: Props): ReactElement {
  const scroll = useRef<HTMLElement>(null);
  const first = useFirstColumn(scroll);
  const getScrollElement = () => scroll.current;
  const vertical = useVirtualizer({
    count: rows.length,
    getScrollElement,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const horizontal = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement,
    estimateSize: () => COLUMN_WIDTH,
    overscan: 12,
  });
  const down = shownOf(vertical.getVirtualItems(), vertical.getTotalSize());
  const across = shownOf(horizontal.getVirtualItems(), horizontal.getTotalSize());
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="scroll matrix" ref={scroll} tabIndex={0} aria-label="Matrix, scrolls">
      <table
        aria-label="Which group may call which route"
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length + 1}
        style={{ width: first + horizontal.getTotalSize() }}
      >
        <colgroup>
          <col style={{ width: first }} />
          <col style={{ width: across.before }} />
          {across.items.map(({ key, size }) => (
            <col key={key} style={{ width: size }} />
          ))}
          <col style={{ width: across.after }} />
        </colgroup>
        <Head columns={columns} across={across} />
        <tbody>
          <tr className="gap" style={{ height: down.before }} />
          {down.items.map(({ key, index }) => (
            <Row
              key={key}
              setup={setup}
              index={index}
              route={rows[index] ?? -1}
              columns={columns}
              across={across}
            />
          ))}
          <tr className="gap" style={{ height: down.after }} />
        </tbody>
      </table>
    </section>
  );
}

interface HeadProps {
  readonly columns: readonly MatrixColumn[];
  readonly across: Shown;
}

function Head({ columns, across }: HeadProps): ReactElement {
  return (
    <thead>
      <tr aria-rowindex={1}>
        <th scope="col" aria-colindex={1}>
          Route
        </th>
        <td aria-hidden="true" />
        {across.items.map(({ key, index }) => {
          const { title = '', lit = false } = columns[index] ?? {};
          return (
            <th
              key={key}
              scope="col"
              aria-colindex={index + 2}
              className={lit ? 'lit' : ''}
              title={escapeControls(title)}
            >
              <span>{escapeControls(title)}</span>
            </th>
          );
        })}
        <td aria-hidden="true" />
      </tr>
    </thead>
  );
}

interface RowProps extends HeadProps {
  readonly setup: ConsoleSetup;
  /** Index among the shown rows. */
  readonly index: number;
  /** Place of the route in the setup. */
  readonly route: number;
}

function Row({ setup, index, route, columns, across }: RowProps): ReactElement {
  const key = escapeControls(setup.routes[route] ?? '');
  return (
    <tr aria-rowindex={index + 2} style={{ height: ROW_HEIGHT }}>
      <th scope="row" aria-colindex={1} title={key}>
        <code className="route">{key}</code>
      </th>
      <td aria-hidden="true" />
      {across.items.map((item) => {
        const column = columns[item.index];
        const cell = column?.cellAt(route);
        const shown = cell && setup.cellLabels[cellKey(cell)];
        return column && cell && shown ? (
          <CellView
            key={item.key}
            {...{ cell, shown, title: column.title, lit: column.lit }}
            at={item.index + 2}
          />
        ) : (
          <td key={item.key} />
        );
      })}
      <td aria-hidden="true" />
    </tr>
  );
}

interface CellViewProps {
  readonly cell: Cell;
  readonly shown: CellLabel;
  readonly title: string;
  readonly lit: boolean;
  /** Column of the table. */
  readonly at: number;
}

function CellView({ cell, shown, title, lit, at }: CellViewProps): ReactElement {
  const { sign, label, shadow } = shown;
  const classes = ['cell', cell.rule, ...(shadow ? ['shadow'] : []), ...(lit ? ['lit'] : [])];
  return (
    <td
      aria-colindex={at}
      className={classes.join(' ')}
      title={`${escapeControls(title)}: ${label}`}
    >
      <span aria-hidden="true">{sign}</span>
      <span className="hidden">{label}</span>
    </td>
  );
}
