import { Component, type ErrorInfo, type ReactNode } from 'react';
import { Button } from '../ui/button';
import { Alert } from '../ui/surface';

interface Props {
  scope: 'page' | 'panel';
  children: ReactNode;
}
interface State {
  error: Error | null;
  where: string;
}

// After an update of the server the files of the old page are gone.
const isUpdate = (error: Error) => /dynamically imported module|Importing a module script failed|error loading dynamically/i.test(error.message);

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, where: '' };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(_: Error, info: ErrorInfo): void {
    this.setState({ where: (info.componentStack ?? '').split('\n').slice(0, 6).join('\n') });
  }

  override render(): ReactNode {
    const { error, where } = this.state;
    if (error === null) return this.props.children;
    if (isUpdate(error)) {
      return (
        <main className="p-4">
          <Alert tone="info" role="alert" title="Vigil was updated." action={<Button onClick={() => location.reload()}>Reload</Button>}>
            Reload the page to use the new version.
          </Alert>
        </main>
      );
    }
    const report = `${error.name}: ${error.message}\n${location.pathname}\n${where}`;
    return (
      <main className="p-4">
        <Alert
          tone="danger"
          role="alert"
          title={`This ${this.props.scope} has a fault.`}
          action={
            <Button size="small" onClick={() => this.setState({ error: null, where: '' })}>
              Retry
            </Button>
          }
        >
          <p>The server and its cameras go on. Retry, or reload the page; if it comes again, send this report:</p>
          <pre className="mono mt-2 max-h-40 overflow-auto text-meta text-muted">{report}</pre>
        </Alert>
      </main>
    );
  }
}
