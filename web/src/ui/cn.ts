import { type ClassValue, clsx } from 'clsx';
import { extendTailwindMerge } from 'tailwind-merge';

// The page has its own font sizes; without their names tailwind-merge takes them for colours.
const merge = extendTailwindMerge({ extend: { theme: { text: ['rail', 'meta', 'body', 'input', 'section', 'page'] } } });

export const cn = (...classes: ClassValue[]): string => merge(clsx(classes));
