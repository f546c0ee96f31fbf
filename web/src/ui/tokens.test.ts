import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

// Computes every promised contrast from the style sheet itself (WCAG 2.2 relative luminance).

const css = readFileSync('src/ui/tokens.css', 'utf8');
type Theme = 'light' | 'dark';

function token(name: string, theme: Theme): string {
  const match = new RegExp(`--${name}:\\s*light-dark\\((#[0-9a-f]{6}),\\s*(#[0-9a-f]{6})\\)`).exec(css);
  if (match === null) throw new Error(`tokens.css has no --${name}`);
  return (theme === 'light' ? match[1] : match[2]) ?? '';
}

function luminance(hex: string): number {
  const channel = (at: number) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const PICTURE_GROUNDS = ['bg', 'surface', 'raised', 'well'];
const TEXT_GROUNDS = [...PICTURE_GROUNDS, 'hover', 'selected'];
const least = (name: string, grounds: string[], theme: Theme): number =>
  Math.min(...grounds.map((ground) => contrast(token(name, theme), token(ground, theme))));

describe('the colours', () => {
  // Least contrast over every ground: dark, light.
  it.each([
    ['text', 10.9, 14.6],
    ['muted', 5.8, 5.6],
    ['faint', 4.6, 5.0],
    ['accent', 6.5, 4.8],
    ['danger', 4.5, 5.3],
    ['warn', 7.2, 5.2],
    ['ok', 6.6, 5.1],
    ['info', 6.0, 5.5],
  ])('%s is readable on every ground', (name, dark, light) => {
    expect(least(name, TEXT_GROUNDS, 'dark')).toBeGreaterThanOrEqual(dark - 0.06);
    expect(least(name, TEXT_GROUNDS, 'light')).toBeGreaterThanOrEqual(light - 0.06);
    expect(Math.min(least(name, TEXT_GROUNDS, 'dark'), least(name, TEXT_GROUNDS, 'light'))).toBeGreaterThanOrEqual(4.5);
  });

  it.each([
    ['control', 3.7, 3.2],
    ['focus', 11.1, 5.7],
    ['alert', 5.2, 6.5],
    ['detection', 9.7, 3.9],
    ['motion', 6.6, 4.0],
    ['rec', 4.8, 4.9],
    ['footage', 3.0, 3.4],
  ])('%s can be told from every ground', (name, dark, light) => {
    expect(least(name, PICTURE_GROUNDS, 'dark')).toBeGreaterThanOrEqual(dark - 0.06);
    expect(least(name, PICTURE_GROUNDS, 'light')).toBeGreaterThanOrEqual(light - 0.06);
  });

  it.each(['dark', 'light'] as const)('words on buttons are readable (%s)', (theme) => {
    expect(contrast(token('on-accent', theme), token('accent', theme))).toBeGreaterThanOrEqual(5.8);
    expect(contrast('#ffffff', token('danger-fill', theme))).toBeGreaterThanOrEqual(6.4);
  });

  it('words on pictures are readable on the brightest picture', () => {
    // Black at 65 % over white.
    const ground = '#595959';
    expect(contrast('#ffffff', ground)).toBeGreaterThanOrEqual(7);
    const amber = /--on-scrim-warn:\s*(#[0-9a-f]{6})/.exec(css)?.[1] ?? '';
    expect(contrast(amber, ground)).toBeGreaterThanOrEqual(4.5);
  });
});
