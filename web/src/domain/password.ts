// A rough judgement of a password that somebody is choosing. The server's rule is the length; this only advises.

export const LEAST_LENGTH = 10;

export interface Strength {
  // 0 to 4
  score: number;
  words: string;
}

const COMMON = ['password', 'qwerty', 'admin', 'letmein', 'welcome', 'camera', 'vigil', '123456', 'abcdef', '111111', '000000'];

export function strengthOf(password: string): Strength {
  if (password === '') return { score: 0, words: '' };
  const left = LEAST_LENGTH - [...password].length;
  if (left > 0) return { score: 0, words: `${left} more ${left === 1 ? 'character' : 'characters'} needed` };
  const lower = password.toLowerCase();
  const different = new Set(lower).size;
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(password)).length;
  let score = 1 + (password.length >= 14 ? 1 : 0) + (password.length >= 18 ? 1 : 0) + (kinds >= 3 ? 1 : 0);
  if (different < 6) score = 1;
  if (COMMON.some((word) => lower.includes(word))) score = Math.min(score, password.length >= 18 ? 2 : 1);
  score = Math.min(score, 4);
  return { score, words: ['', 'weak', 'fair', 'good', 'strong'][score] ?? '' };
}
