import { useMemo, useState } from 'react';

// A question, and how to ask it anew. Its time range is fixed when it is asked: a list that moves by itself cannot be read. `question` is made anew with each
// rendering; a component whose filter changes has another key, and so another question.
export function useAsked<T>(question: (asked: number) => T): [T, () => void] {
  const [asked, setAsked] = useState(() => Date.now());
  // eslint-disable-next-line react-hooks/exhaustive-deps -- as said above
  const wanted = useMemo(() => question(asked), [asked]);
  return [wanted, () => setAsked(Date.now())];
}
