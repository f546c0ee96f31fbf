import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { analysisOf, cameraOf, type FakeServer } from './fake/server';
import { heading, openPage } from './page';

// What the camera sees, without a network: the newest socket of the page.
class FakeSocket {
  static last: FakeSocket | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: unknown = null;
  constructor(readonly url: string) {
    FakeSocket.last = this;
  }
  close(): void {}
  sees(...objects: { id: number; label: string; confidence: number }[]): void {
    const message = {
      resolution: { width: 100, height: 100 },
      vigil: { captured: 0 },
      objects: objects.map(({ id, label, confidence }) => ({
        x: 10 * id,
        y: 10,
        w: 10,
        h: 30,
        id,
        roi_type: label,
        detection: { confidence },
        vigil: { state: 'confirmed', stationary: false, box: [10 * id, 10, 10, 30] },
      })),
    };
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

beforeEach(() => {
  FakeSocket.last = null;
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
});

const door = (server: FakeServer) => {
  const camera = cameraOf('door', { name: 'Door' });
  camera.analysis.enabled = true;
  server.cameras = [camera];
};
const facts = (name: string) => screen.getByText(name).nextElementSibling?.textContent;

describe('The figures of the analysis', () => {
  it('are on the page of a camera that is analysed', async () => {
    const { server } = openPage('/live/camera/door', door);
    await heading('Door');
    await screen.findByRole('heading', { name: 'Analysis' });
    expect(await screen.findByText('Running')).toBeTruthy();
    expect([facts('Analysed'), facts('Detected'), facts('Skipped')]).toEqual(['10 fps', '7.5 fps', '15 fps']);
    expect(facts('Device')).toBe('cpu');
    const table = within(screen.getByRole('table', { name: 'Latency in ms, last seconds' }));
    expect(table.getAllByRole('row').map((row) => row.textContent)).toEqual(['Stagep50p95p99', 'From packet to result316088', 'Decode3.256', 'Model121519']);
    expect(server.faults).toEqual([]);
  });

  it('say why less is done than was asked for', async () => {
    openPage('/live/camera/door', (server) => {
      door(server);
      server.analysis.set('door', analysisOf('door', { state: 'degraded', detail: 'The machine is busy: 4 of 10 frames a second.' }));
    });
    expect(await screen.findByText('Degraded')).toBeTruthy();
    expect(screen.getByText('The machine is busy: 4 of 10 frames a second.')).toBeTruthy();
  });

  it('are not asked for when nothing is analysed', async () => {
    const { server } = openPage('/live/camera/door', (fake) => {
      fake.cameras = [cameraOf('door', { name: 'Door' })];
    });
    await heading('Door');
    await screen.findByText('Bit rate');
    expect(screen.queryByRole('heading', { name: 'Analysis' })).toBeNull();
    expect(server.asked.some(({ path }) => path.endsWith('/analysis'))).toBe(false);
  });
});

describe('The model of a camera', () => {
  it('is chosen from those that the server has', async () => {
    const { user, server } = openPage('/cameras/door', door);
    await heading('Edit Door');
    const field = await screen.findByRole<HTMLSelectElement>('combobox', { name: 'Model' });
    expect([...field.options].map(({ text }) => text)).toEqual(['The default: yolox-nano', 'Built-in (classic)', 'YOLOX-Nano (yolox-nano)']);
    await user.type(screen.getByLabelText(/^Look for/), 'car');
    expect(screen.queryByText(/does not know/)).toBeNull();
    await user.selectOptions(field, 'classic');
    expect(screen.getByText('The model does not know “car”: nothing of the kind will be found.')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(server.cameras[0]?.analysis).toMatchObject({ model: 'classic', classes: ['car'] }));
  });

  it('is typed when the server cannot say which it has', async () => {
    openPage('/cameras/door', (server) => {
      door(server);
      server.models = null;
    });
    await heading('Edit Door');
    expect((await screen.findByRole('textbox', { name: /^Model/ })).getAttribute('maxlength')).toBe('128');
  });
});

describe('The preview of settings', () => {
  const preview = () => document.querySelector('[data-preview]')?.textContent;

  it('tries confidence and labels out before they are saved', async () => {
    const { user, server } = openPage('/cameras/door', door);
    await heading('Edit Door');
    const section = await screen.findByRole('region', { name: 'Preview' });
    const picture = section.querySelector('img') as HTMLImageElement;
    await waitFor(() => expect(picture.src).toMatch(/^blob:/));
    fireEvent.load(picture);
    await waitFor(() => expect(FakeSocket.last?.url).toMatch(/\/api\/cameras\/door\/observations$/));
    FakeSocket.last?.sees({ id: 1, label: 'person', confidence: 0.9 }, { id: 2, label: 'person', confidence: 0.4 }, { id: 3, label: 'car', confidence: 0.8 });
    await waitFor(() => expect(preview()).toBe('3 objects'));
    fireEvent.change(screen.getByLabelText('Confidence'), { target: { value: '50' } });
    await waitFor(() => expect(preview()).toBe('2 objects, 1 left out'));
    await user.type(screen.getByLabelText(/^Look for/), 'person');
    await waitFor(() => expect(preview()).toBe('1 object, 2 left out'));
    expect(screen.queryByText(/^Only after saving/)).toBeNull();
    fireEvent.change(screen.getByLabelText('Confidence'), { target: { value: '10' } });
    expect(await screen.findByText('Only after saving: objects with less confidence than the stored one.')).toBeTruthy();
    expect(server.asked.some(({ method }) => method === 'PATCH')).toBe(false);
  });

  it('says that nothing can be shown before detection is saved', async () => {
    const { user } = openPage('/cameras/door', (server) => {
      server.cameras = [cameraOf('door', { name: 'Door' })];
    });
    await heading('Edit Door');
    await user.click(screen.getByRole('switch', { name: 'Detect objects' }));
    expect(await screen.findByText('Boxes appear here once “Detect objects” is saved.')).toBeTruthy();
    expect(FakeSocket.last).toBeNull();
  });
});
