ALTER TABLE project_output DROP CONSTRAINT uq_project_output_doi;
ALTER TABLE project_output ADD CONSTRAINT uq_project_output_project_id_doi UNIQUE (project_id, doi);
