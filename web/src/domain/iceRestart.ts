// What goes between a viewer and the server when ICE begins anew (RFC 9725, 4.3): the names of both sides, as lines of a description.

const LINES = ['ice-ufrag', 'ice-pwd'] as const;

const lineOf = (sdp: string, name: string): string | null => new RegExp(`^a=${name}:\\S+`, 'm').exec(sdp)?.[0] ?? null;

// Of an offer; null where it names nobody.
export function fragmentOf(offer: string): string | null {
  const lines = LINES.map((name) => lineOf(offer, name));
  return lines.includes(null) ? null : `${lines.join('\r\n')}\r\n`;
}

// The answer as it was, with the server's new names; null where the fragment has none.
export function renewed(answer: string, fragment: string): string | null {
  let out = answer;
  for (const name of LINES) {
    const line = lineOf(fragment, name);
    if (line === null) return null;
    out = out.replaceAll(new RegExp(`^a=${name}:\\S+`, 'gm'), () => line);
  }
  return out;
}
