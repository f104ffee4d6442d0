update impact_metric set label_en = nullif(btrim(label_en), ''), label_es = nullif(btrim(label_es), ''),
    reported_source = left(reported_source, 300)
where btrim(label_en) = '' or btrim(label_es) = '' or char_length(reported_source) > 300;
ALTER TABLE impact_metric DROP CONSTRAINT ck_impact_metric_label_present;
ALTER TABLE impact_metric ADD CONSTRAINT ck_impact_metric_label_present CHECK (num_nonnulls(label_en, label_es) > 0 and (label_en is null or btrim(label_en) <> '') and (label_es is null or btrim(label_es) <> '') and char_length(label_en) <= 300 and char_length(label_es) <= 300);
ALTER TABLE impact_metric ADD CONSTRAINT ck_impact_metric_reported_source_present CHECK (btrim(reported_source) <> '' and char_length(reported_source) <= 300);
