import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';
import type { FoundPlate, Plate } from '../api/types';
import { moment, percent } from '../domain/format';
import { useNow } from '../stores/clock';
import { Listed } from './Listed';

// What tables of plates have in common, of cameras and of uploads. On a phone each row is a card.

export function PlateTable({ caption, columns, children }: { caption: string; columns: readonly string[]; children: ReactNode }) {
  return (
    <table className="w-full border-collapse text-left max-sm:block">
      <caption className="sr-only">{caption}</caption>
      <thead className="text-meta text-muted max-sm:sr-only">
        <tr>
          {columns.map((label) => (
            <th key={label} scope="col" className="border-b border-border py-1 pr-3 font-medium">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-sm:grid max-sm:gap-2">{children}</tbody>
    </table>
  );
}

export const PLATE_CELL = 'border-b border-border py-2 pr-3 align-middle max-sm:block max-sm:border-0 max-sm:p-0';

interface PlateRowProps {
  plate: Plate | FoundPlate;
  // Where its text leads.
  to: string;
  picture?: ReactNode;
  // When it came.
  time: string;
  // The cells between its confidence and its time.
  children: ReactNode;
}

export function PlateRow({ plate, to, picture, time, children }: PlateRowProps) {
  const now = useNow();
  return (
    <tr className="hover:bg-hover max-sm:grid max-sm:grid-cols-[1fr_auto] max-sm:items-center max-sm:gap-x-3 max-sm:gap-y-1 max-sm:rounded-card max-sm:border max-sm:border-border max-sm:bg-surface max-sm:p-2">
      <th scope="row" className={`${PLATE_CELL} font-normal max-sm:col-span-2`}>
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {picture}
          <span className="grid">
            <Link to={to} className="mono inline-flex min-h-6 items-center text-section font-semibold tracking-wide hover:underline coarse:min-h-11">
              {plate.text}
            </Link>
            {plate.listed !== null && <Listed listed={plate.listed} />}
            {plate.region !== null && <span className="text-meta text-muted">{plate.region}</span>}
          </span>
        </span>
      </th>
      <td className={`${PLATE_CELL} figures whitespace-nowrap`}>
        <span className="sr-only sm:hidden">Confidence </span>
        {percent(plate.confidence)}
      </td>
      {children}
      <td className={`${PLATE_CELL} figures whitespace-nowrap text-muted max-sm:col-span-2 max-sm:text-meta`}>
        <time dateTime={time}>{moment(time, now)}</time>
      </td>
    </tr>
  );
}
