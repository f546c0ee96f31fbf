import { expect, it } from 'vitest';
import { fragmentOf, renewed } from './iceRestart';

const offer = 'v=0\r\nm=video 9 X 96\r\na=ice-ufrag:abcd\r\na=ice-pwd:secret+/1\r\na=mid:0\r\nm=audio 9 X 111\r\na=ice-ufrag:abcd\r\na=ice-pwd:secret+/1\r\n';

it('takes the names out of an offer, once', () => {
  expect(fragmentOf(offer)).toBe('a=ice-ufrag:abcd\r\na=ice-pwd:secret+/1\r\n');
  expect(fragmentOf('v=0\r\n')).toBeNull();
});

it('puts the new names into every section of the answer and touches nothing else', () => {
  const fragment = 'a=ice-lite\r\nm=video 9 X 96\r\na=ice-ufrag:$&new\r\na=ice-pwd:other\r\na=candidate:1 1 udp 1 192.0.2.1 5 typ host\r\n';
  expect(renewed(offer, fragment)).toBe(offer.replaceAll('abcd', '$$&new').replaceAll('secret+/1', 'other'));
  expect(renewed(offer, 'a=ice-ufrag:only\r\n')).toBeNull();
});
