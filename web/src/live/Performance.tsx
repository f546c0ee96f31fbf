import type { Camera } from '../api/types';
import { count } from '../domain/format';
import { latencyRows, milliseconds, rate, STATE_WORDS } from '../domain/performance';
import { useAnalysis } from '../queries/analysis';
import { WaitFor } from '../queries/WaitFor';
import { StatusBadge } from '../ui/status-badge';
import { Card } from '../ui/surface';

// How many of the camera's frames are looked at, how long that takes, and why it is fewer than asked for.
export function Performance({ camera }: { camera: Camera }) {
  const query = useAnalysis(camera.id);
  return (
    <Card aria-labelledby="performance-heading" className="p-3">
      <div className="flex flex-wrap items-center justify-between gap-2 pb-2">
        <h2 id="performance-heading" className="font-semibold">
          Analysis
        </h2>
        {query.data !== undefined && <StatusBadge {...STATE_WORDS[query.data.state]} />}
      </div>
      <WaitFor query={query} what="the figures of the analysis">
        {(figures) => {
          const rows: [string, string][] = [
            ['Camera', rate(figures.camera_fps)],
            ['Analysed', rate(figures.process_fps)],
            ['Detected', rate(figures.detection_fps)],
            ['Skipped', rate(figures.skipped_fps)],
            ['Model', figures.model === '' ? 'none yet' : figures.model],
            ['Device', figures.device === '' ? 'none yet' : figures.device],
            ['Time in the model', figures.inference_ms > 0 ? `${milliseconds(figures.inference_ms)} ms` : 'none'],
            ['Frames so far', count(figures.frames.analysed)],
          ];
          if (figures.frames.failed > 0) rows.push(['Failed', count(figures.frames.failed)]);
          return (
            <>
              {figures.detail !== '' && <p className="pb-2">{figures.detail}</p>}
              <dl className="figures grid grid-cols-[auto_1fr] gap-x-3 gap-y-1">
                {rows.map(([term, value]) => (
                  <div key={term} className="contents">
                    <dt className="text-muted">{term}</dt>
                    <dd className="min-w-0 text-right">{value}</dd>
                  </div>
                ))}
              </dl>
              {figures.frames.analysed > 0 && (
                <table className="figures mt-3 w-full text-right">
                  <caption className="pb-1 text-left text-muted">Latency in ms, last seconds</caption>
                  <thead className="text-meta text-muted">
                    <tr>
                      <th scope="col" className="text-left font-medium">
                        Stage
                      </th>
                      {['p50', 'p95', 'p99'].map((name) => (
                        <th key={name} scope="col" className="pl-2 font-medium whitespace-nowrap">
                          {name}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {latencyRows(figures.latency_ms, figures.stages_ms).map(({ name, cells }, i) => (
                      <tr key={name}>
                        <th scope="row" className={`text-left ${i === 0 ? 'font-medium' : 'font-normal'}`}>
                          {name}
                        </th>
                        {cells.map((cell, j) => (
                          <td key={j} className="pl-2 whitespace-nowrap">
                            {cell}
                          </td>
                        ))}
                      </tr>
                    ))}
                  </tbody>
                </table>
              )}
            </>
          );
        }}
      </WaitFor>
    </Card>
  );
}
