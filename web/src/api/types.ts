import type { components } from './schema';

type Schemas = components['schemas'];

export type Camera = Schemas['Camera'];
export type CameraList = Schemas['CameraList'];
export type CameraCreate = Schemas['CameraCreate'];
export type CameraPatch = Schemas['CameraPatch'];
export type CameraStatus = Schemas['CameraStatus'];
export type CameraState = Schemas['CameraState'];
export type FailureReason = Schemas['FailureReason'];
export type StreamFigures = Schemas['StreamFigures'];
export type StreamInput = Schemas['StreamInput'];
export type MotionInput = Schemas['MotionInput'];
export type Polygon = Schemas['Polygon'];
export type ProbeRequest = Schemas['ProbeRequest'];
export type ProbeReport = Schemas['ProbeReport'];
export type ProbeStep = Schemas['ProbeStep'];
export type Track = Schemas['Track'];
export type TrackList = Schemas['TrackList'];
export type SimilarTracks = Schemas['SimilarTracks'];
export type Me = Schemas['Me'];
export type SignedIn = Schemas['SignedIn'];
export type SetupState = Schemas['SetupState'];
export type SystemStatus = Schemas['SystemStatus'];
