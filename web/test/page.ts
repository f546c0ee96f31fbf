import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createElement } from 'react';
import { render } from '@testing-library/react';
import { App } from '../src/app/App';
import { token } from '../src/api/session';
import { useSession } from '../src/stores/session';
import { useConnection } from '../src/stores/connection';
import { useDevice } from '../src/stores/device';
import { useDraft } from '../src/cameras/add/draft';
import { FakeServer } from './fake/server';
import { serve } from './fake/fetch';

// The whole page at `path`, in front of a fake server.
export function openPage(path: string, prepare: (server: FakeServer) => void = () => undefined) {
  token.set(null);
  useSession.setState({ phase: 'starting', user: null, landing: '/live', left: false });
  useConnection.setState({ awaySince: null, nextTryAt: null, returns: 0 });
  useDevice.setState({ theme: 'system', layout: 'auto', letters: true, badges: false, railOnly: false, transport: null });
  useDraft.getState().another(false);
  const server = new FakeServer();
  prepare(server);
  serve(server);
  history.replaceState(null, '', path);
  const user = userEvent.setup();
  render(createElement(App));
  return { server, user };
}

export const heading = (name: string | RegExp): Promise<HTMLElement> => screen.findByRole('heading', { level: 1, name }, { timeout: 5000 });
