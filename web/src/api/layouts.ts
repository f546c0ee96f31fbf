import { call } from './client';
import type { Result } from './result';
import type { Layout, LayoutBody, LayoutList } from './types';

export const listLayouts = (signal?: AbortSignal): Promise<Result<LayoutList>> => call('get', '/api/layouts', { signal });

export const createLayout = (layout: LayoutBody): Promise<Result<Layout>> => call('post', '/api/layouts', { body: layout });

export const replaceLayout = (id: string, layout: LayoutBody): Promise<Result<Layout>> => call('put', '/api/layouts/{id}', { path: { id }, body: layout });

export const deleteLayout = async (id: string): Promise<Result<undefined>> => (await call('delete', '/api/layouts/{id}', { path: { id } })) as Result<undefined>;
